/** The share of light that a colour gives back (https://www.w3.org/TR/WCAG22/#dfn-relative-luminance), 0 to 1. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Black or white, whichever is read better on a colour (`#rrggbb`). At 0.179 both are read equally well. */
export const readableOn = (hex: string): string => (luminance(hex) > 0.179 ? '#000000' : '#ffffff');

/** A colour as it is written in `data-color` and `?color=`: `#rrggbb`. */
export const isColor = (given: string | null | undefined): given is string => /^#[\da-f]{6}$/i.test(given ?? '');

/** Takes the theme and the colour that the address asks for: `?theme=light|dark`, `?color=#rrggbb`. */
export function applyTheme(search: URLSearchParams, root: HTMLElement): void {
  const theme = search.get('theme');
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
  const color = search.get('color');
  if (!isColor(color)) return;
  root.style.setProperty('--accent', color);
  root.style.setProperty('--on-accent', readableOn(color));
}
