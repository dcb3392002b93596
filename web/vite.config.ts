import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// While developing: `vite web` serves the sources and passes calls on to a running Handoff.
const server = process.env.HANDOFF_URL ?? 'http://127.0.0.1:4000';
const key = process.env.HANDOFF_API_KEY;
const on = { target: server, headers: { origin: server, ...(key && { authorization: `Bearer ${key}` }) } };

// The canvas and the editor are loaded when a page needs them; see router.tsx.
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: { outDir: '../dist/web', emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 700 },
  server: { proxy: { '^/api/(v1|session|openapi)': on, '^/v1/': on, '^/i/': on } },
});
