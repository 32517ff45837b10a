/** What a method asks for. */

import type { Method } from "../api/types";

/** Whether a method needs more than settings that have defaults: a file, a name, another dataset. */
export const needsMore = ({ inputs, params }: Method) =>
  inputs.some((input) => !input.optional) || Array.isArray(params.required);
