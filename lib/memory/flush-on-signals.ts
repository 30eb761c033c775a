import type { Services } from '../store/services.ts';
import type { MemoryBuffers } from './memory-buffers.ts';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Sends the items that are held in memory when the process gets a signal to end, and then raises the signal again. If
 * the application listens to the signal too, the application ends the process, and should await close() before.
 *
 * @returns a function that stops listening
 */
export function flushOnSignals(
  memory: Pick<MemoryBuffers, 'flush'>,
  { warn }: Pick<Services, 'warn'>,
): () => void {
  const listeners = SIGNALS.map(signal => {
    const listener = () => {
      const alone = process.listenerCount(signal) === 1;
      void memory
        .flush('shutdown')
        .catch(error => warn('items are lost with this process', error))
        .finally(() => {
          stop();
          if (alone) process.kill(process.pid, signal);
        });
    };
    process.on(signal, listener);
    return { signal, listener };
  });
  const stop = () => {
    for (const { signal, listener } of listeners) process.off(signal, listener);
  };
  return stop;
}
