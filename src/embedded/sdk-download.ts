import { readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Runtime } from '@temporalio/worker';

/**
 * Lets the Temporal SDK download its Temporal CLI into a folder.
 *
 * The SDK offers the download only together with a start of the server (`Runtime.createEphemeralServer`, which is what
 * its testing package uses), so a server with nothing in it runs for a moment.
 *
 * @returns the path of the program
 * @throws when the download is not possible; where the network is closed within some milliseconds
 */
export async function downloadWithSdk(folder: string): Promise<string> {
  const { version: sdkVersion } = createRequire(__filename)('@temporalio/worker/package.json') as { version: string };
  const runtime = Runtime.instance();
  try {
    const server = await runtime.createEphemeralServer({
      type: 'dev-server',
      exe: {
        type: 'cached-download',
        downloadDir: folder,
        version: 'default',
        ttl: 24 * 3_600_000,
        sdkName: 'sdk-typescript',
        sdkVersion,
      },
      ip: '127.0.0.1',
      port: null,
      ui: false,
      uiPort: null,
      namespace: 'default',
      dbFilename: null,
      log: { format: 'pretty', level: 'error' },
      extraArgs: [],
    });
    await runtime.shutdownEphemeralServer(server);
  } finally {
    // Whoever runs a worker later in this process installs a runtime with settings of its own.
    await runtime.shutdown();
  }
  const program = readdirSync(folder)
    .map((name) => join(folder, name))
    .find((path) => statSync(path).isFile() && (statSync(path).mode & 0o100) !== 0);
  if (program === undefined) throw new Error('the download left no program');
  return program;
}
