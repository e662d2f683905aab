type Range = readonly [number, number];

/** Maps one range onto another. */
export const scaleLinear =
  ([from, to]: Range, [start, end]: Range) =>
  (value: number): number =>
    to === from ? start : start + ((value - from) / (to - from)) * (end - start);

/** The path of a line through points, for an SVG. */
export const line = (points: readonly (readonly [number, number])[]): string =>
  points.map(([x, y], place) => `${place === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
