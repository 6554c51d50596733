import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [tailwindcss()],
  build: {
    outDir: '../dist/portal',
    emptyOutDir: true,
    target: 'es2023',
    // Nothing is written into the page or the styles as `data:`, which the policy of the page refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
