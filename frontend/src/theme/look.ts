/** Colors and sizes that a canvas reads from its element. */

import { createSubscriber } from "svelte/reactivity";

/** An effect that calls this runs again when the theme or the size of the letters changes. */
export const followLook = createSubscriber((changed) => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const root = new MutationObserver(changed);
  root.observe(document.documentElement, { attributeFilter: ["data-theme", "data-projector"] });
  dark.addEventListener("change", changed);
  return () => {
    root.disconnect();
    dark.removeEventListener("change", changed);
  };
});
