import { Readable } from 'node:stream';

/** An iterator of abstract-level's. */
export interface LevelIterator {
  /** Up to `size` values; none at the end. */
  nextv(size: number): Promise<unknown[]>;
  close(): Promise<void>;
}

const READ_AHEAD = 64;

/**
 * The values that a query walks over, as a stream. dynalite's own stream reads them one by one, and never closes its
 * iterator: each query would pin for good the database as it was then, some 7 KB for small ones.
 */
export function valueStream(iterator: LevelIterator): Readable {
  return new Readable({
    objectMode: true,
    highWaterMark: READ_AHEAD,
    read() {
      iterator.nextv(READ_AHEAD).then(
        values => {
          for (const value of values) this.push(value);
          if (values.length === 0) this.push(null);
        },
        (error: Error) => this.destroy(error),
      );
    },
    destroy(error, done) {
      iterator.close().then(
        () => done(error),
        (closing: Error) => done(error ?? closing),
      );
    },
  });
}
