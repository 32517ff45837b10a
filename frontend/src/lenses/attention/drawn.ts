/** What the board shows of one network. */

import type { Answer } from "./answer";
import type { Line } from "./lines";
import type { Column, Drawing } from "./maps";

export interface Drawn {
  line: Line;
  answer: Answer;
  /** End of the scale of all its maps; null where each has its own. */
  top: number | null;
  /** Its maps of whole images, by image and column. */
  maps: Map<Column, Drawing>[];
  /** Its features as colors, by image, and the patches that stand out. */
  colors: Drawing[];
  outliers: number[][];
}
