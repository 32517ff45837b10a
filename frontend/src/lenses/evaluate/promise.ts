/** What a probe is going to show, before it is asked for. */

import type { Method } from "../../api/types";

const RIGHTLY = "how many of the images that nothing was fitted on are named rightly";
const CONFUSIONS = `You will see ${RIGHTLY}, which class is taken for which, and the images of each.`;
const PROMISES: Record<string, string> = {
  table: `You will see a bar for each encoder: ${RIGHTLY} from its features, by a linear classifier and by nearest neighbors.`,
  layers: `You will see a curve from the first layer to the last: ${RIGHTLY} at each, beside the same network with random weights.`,
  labels: `You will see a curve from few labels to many: ${RIGHTLY} with each number of them.`,
  linear: CONFUSIONS,
  knn: CONFUSIONS,
};

/** One sentence; of a method that came as a plugin, its own. */
export const promise = ({ method, summary }: Method): string => PROMISES[method] ?? summary;
