import { defineConfig } from 'vite';

// What the page of an evidence pack needs besides itself: one script, which the program puts into it.
export default defineConfig({
  publicDir: false,
  esbuild: { legalComments: 'inline' },
  build: {
    outDir: 'dist/pack',
    target: 'es2020',
    lib: {
      entry: 'src/pack/ed25519.ts',
      formats: ['iife'],
      name: 'Ed25519',
      fileName: () => 'ed25519.js',
    },
  },
});
