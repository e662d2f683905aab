// A worker of a peer as a process of its own, to be killed: `work.ts <name of the peer> <url>`. It tells its parent of each
// job that it takes, and is never done with one.
import { type PeerName, peers } from './peers';

const [name = '', url = ''] = process.argv.slice(2);
const peer = peers[name as PeerName];
if (peer === undefined) throw new Error(`There is no peer named ${name}.`);
peer
  .work(url, (sessionId) => {
    process.send?.({ sessionId });
    return new Promise<void>(() => {});
  })
  .catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
