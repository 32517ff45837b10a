/** Which keys are meant for the page as a whole. */

const OWN_KEYS = "input, select, textarea, dialog, [popover]";

/** Whether a key is the browser's, or of a field or of what lies over the page. */
export const isTaken = ({ ctrlKey, metaKey, altKey, target }: KeyboardEvent) =>
  ctrlKey || metaKey || altKey || (target as Element).closest(OWN_KEYS) !== null;

/** Whether something lies over the page that Escape closes first. */
export const isCovered = () => document.querySelector(":popover-open, dialog[open]") !== null;
