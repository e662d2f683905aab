/** From so many on, a few more or less hardly change the figure. */
const enough = 30;

/** "14 minutes", "3 hours", "2 days": rounded up, so that what is said holds. */
function inWords(seconds: number): string {
  const units: [number, string][] = [
    [86_400, 'day'],
    [3_600, 'hour'],
    [60, 'minute'],
  ];
  // In the largest unit of which there are two or more, so that little is rounded.
  const [size, name] = units.find(([unit]) => seconds >= 2 * unit) ?? ([60, 'minute'] as const);
  const count = Math.max(1, Math.ceil(seconds / size));
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

/**
 * Says what the silences of a channel mean for a delay.
 *
 * @param cameBack how many users came back by themselves
 * @param within80Seconds the time within which 80 % of them did
 * @returns null when nobody did
 */
export function silenceAdvice(cameBack: number, within80Seconds: number | null): string | null {
  if (within80Seconds === null || cameBack === 0) return null;
  const says = `Of those who come back by themselves, 80 % do within ${inWords(within80Seconds)}.`;
  if (cameBack >= enough) return says;
  return `${says} That is told from ${cameBack === 1 ? 'one silence' : `${cameBack} silences`} only.`;
}
