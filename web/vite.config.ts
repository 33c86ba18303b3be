import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// No asset is inlined as a data: address and no script stands in the page, so that the server's
// content security policy needs no exception.
export default defineConfig({
  plugins: [react()],
  build: {
    outDir: 'dist',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
  },
  server: { proxy: { '/api': process.env.STREETWARD_URL ?? 'http://127.0.0.1:8481' } },
  test: { environment: 'node', include: ['src/**/*.test.ts'] },
});
