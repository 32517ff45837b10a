/** Whether the window is as narrow as a phone: where styles say so with the same number. */

import { MediaQuery } from "svelte/reactivity";

export const narrow = new MediaQuery("max-width: 720px");
