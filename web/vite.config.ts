import { defineConfig } from "vite";

// Everything in files of our own: the page's content-security policy allows no inline script and no other host.
export default defineConfig({
  base: "./",
  build: {
    outDir: "../src/corridor/serve/static",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    target: "es2022",
  },
});
