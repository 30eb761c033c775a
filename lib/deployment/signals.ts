import type { LateMemory } from '../memory/late-memory.ts';
import type { Services } from '../store/services.ts';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Sends what is held in memory when the process is told to end, and then lets the signal do what it would have
 * done. Where the application listens to the signal too, ending is its affair, and it should await close().
 *
 * @returns a function that stops listening
 */
export function flushOnSignals(memory: LateMemory, { warn }: Pick<Services, 'warn'>): () => void {
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
