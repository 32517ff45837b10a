/** The viewer inside an exported file: the map's own renderer, with nothing to fetch. */

import { mount } from "svelte";
import base from "../src/theme/base.css?inline";
import tokens from "../src/theme/tokens.css?inline";
import Viewer from "./Viewer.svelte";

const style = document.createElement("style");
style.textContent = tokens + base;
document.head.append(style);
mount(Viewer, { target: document.getElementById("app") as HTMLElement });
