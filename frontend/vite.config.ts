import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

const server = process.env.REPSCOPE_API ?? "http://127.0.0.1:8000";

/** The viewer of exported maps: one script with its styles inside, for files that fetch nothing. */
const viewer = defineConfig({
  plugins: [svelte({ emitCss: false })],
  build: {
    target: "es2023",
    emptyOutDir: false,
    copyPublicDir: false,
    lib: {
      entry: "standalone/main.ts",
      name: "standalone",
      formats: ["iife"],
      fileName: () => "standalone.js",
    },
  },
});

const page = defineConfig({
  plugins: [svelte()],
  server: {
    proxy: {
      "/api": {
        target: server,
        changeOrigin: true,
        configure(proxy) {
          // The server refuses other origins; while developing, the page has another port.
          proxy.on("proxyReq", (request) => {
            request.removeHeader("origin");
            request.removeHeader("sec-fetch-site");
          });
        },
      },
    },
  },
  build: {
    target: "es2023",
    // The page's policy allows nothing inline: every asset is a file of its own.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // A thread of its own for every file takes twice as long; no test leaves anything behind.
  test: { include: ["tests/**/*.test.ts"], environment: "node", isolate: false },
});

export default defineConfig(({ mode }) => (mode === "standalone" ? viewer : page));
