import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { realpathSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { platform } from 'node:process';
import { LocalError } from '../local-error.ts';

/** A socket's path has at most about 104 bytes. */
const LONGEST_SOCKET_BYTES = 100;

/**
 * Locks a directory against other processes while this process lives. The lock is a socket. A killed process leaves the
 * socket behind, but does not answer on it.
 *
 * @returns a function that unlocks the directory
 * @throws LocalError `local.data_dir_in_use` while another process, or this one, uses the directory
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const path = socketOf(realpathSync(directory));
  const server = await listen(path).catch(async error => {
    if (error.code !== 'EADDRINUSE') throw error;
    if (await answers(path)) {
      throw new LocalError(
        'local.data_dir_in_use',
        `The data directory ${directory} is in use by another local stack. Stop that one, or name another directory.`,
        { details: { dataDir: directory } },
      );
    }
    rmSync(path, { force: true });
    return listen(path);
  });
  server.unref();
  return async () => {
    server.close();
    await once(server, 'close');
  };
}

function socketOf(directory: string): string {
  const name = `cistern-${createHash('sha256').update(directory).digest('hex').slice(0, 16)}`;
  if (platform === 'win32') return `\\\\.\\pipe\\${name}`;
  const inside = join(directory, 'lock.sock');
  return Buffer.byteLength(inside) <= LONGEST_SOCKET_BYTES ? inside : join(tmpdir(), `${name}.sock`);
}

async function listen(path: string): Promise<Server> {
  const server = createServer(socket => socket.destroy());
  server.listen(path);
  await once(server, 'listening');
  return server;
}

/** Returns whether a process listens on a socket. */
async function answers(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
