import { rmSync } from 'node:fs';

export default function removeRunFolder() {
  rmSync(process.env['CISTERN_RUN_FOLDER'], { recursive: true, force: true });
}
