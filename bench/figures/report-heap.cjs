// Loaded before a program: tells its parent, whenever that asks, how much heap is in use once the garbage is gone.
process.on('message', () => {
  globalThis.gc();
  globalThis.gc();
  process.send(process.memoryUsage().heapUsed);
});
