import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Request, Response } from 'express';

/** The build packs files once, beside them. The best comes first. */
const packings = [
  { encoding: 'br', ending: '.br' },
  { encoding: 'gzip', ending: '.gz' },
] as const;

const isFile = (path: string) =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

/**
 * Sends a file that the build made, packed where the browser takes it.
 *
 * @param root the folder, absolute
 * @param name of the file in it: never a path from outside
 * @returns whether there is such a file
 */
export async function sendBuiltFile(
  req: Request,
  res: Response,
  { root, name, cacheControl }: { root: string; name: string; cacheControl: string },
): Promise<boolean> {
  if (!(await isFile(`${root}/${name}`))) return false;
  res.set({ 'Cache-Control': cacheControl, Vary: 'Accept-Encoding' }).type(extname(name));
  let chosen = name;
  for (const { encoding, ending } of packings) {
    if (!req.acceptsEncodings(encoding) || !(await isFile(`${root}/${name}${ending}`))) continue;
    res.set('Content-Encoding', encoding);
    chosen = name + ending;
    break;
  }
  // With a root, folders above it may have names that begin with a dot.
  res.sendFile(chosen, { root, cacheControl: false, acceptRanges: false });
  return true;
}
