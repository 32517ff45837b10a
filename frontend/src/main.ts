import { mount } from "svelte";
import App from "./App.svelte";
import { watchImages } from "./pictures/missing";
import "./theme/tokens.css";
import "./theme/base.css";

watchImages(document);
mount(App, { target: document.getElementById("app") as HTMLElement });
