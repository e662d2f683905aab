import postgres from 'postgres';
import { installPackages } from './packages';
import type { Peer } from './peer';

/** Where a peer keeps its jobs. */
type Place = { url: string; remove(): Promise<void> };
/** Why a peer cannot be measured. */
export type Skipped = { skipped: string };

/**
 * Measures a peer in a place of its own, which is gone afterwards. Whatever goes wrong with one of them is no reason to lose
 * the rest.
 *
 * @param adminUrl of a database of the installation's PostgreSQL, as a superuser
 */
export async function measureInPlace<T>(
  peer: Peer,
  { adminUrl, database }: { adminUrl: string; database: string },
  measure: (url: string) => Promise<T>,
): Promise<T | Skipped> {
  try {
    const place = await makePlace(peer, adminUrl, database);
    if ('skipped' in place) return place;
    return await measure(place.url).finally(() => place.remove());
  } catch (error) {
    return { skipped: (error as Error).message };
  }
}

/** Makes an empty database of the peer's own on the same PostgreSQL, or starts the server that it needs. */
async function makePlace(peer: Peer, adminUrl: string, database: string): Promise<Place | Skipped> {
  try {
    if (peer.package) installPackages();
  } catch (error) {
    return { skipped: `its package cannot be installed: ${(error as Error).message}` };
  }
  if (peer.serve) {
    try {
      const { url, stop } = await peer.serve();
      return { url, remove: stop };
    } catch (error) {
      const { code, path } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT') throw error;
      return { skipped: `${path} is not installed` };
    }
  }
  const admin = async (statement: string) => {
    const sql = postgres(adminUrl, { max: 1, onnotice: () => {} });
    await sql.unsafe(statement).finally(() => sql.end());
  };
  await admin(`create database ${database}`);
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  return { url: url.href, remove: () => admin(`drop database ${database} with (force)`) };
}
