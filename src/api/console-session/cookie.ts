/** The cookie that holds a session of the console: nothing but random characters, which no script can read. */
export interface SessionCookie {
  name: string;
  /** Finds its value in a Cookie header; null where there is none that could be one. */
  read(header: string | undefined): string | null;
  /** A Set-Cookie header. */
  set(value: string, maxAgeSeconds: number): string;
  /** A Set-Cookie header that removes it. */
  clear(): string;
}

/** What {@link newSecret} makes: 32 bytes in base64url. */
const valuePattern = /^[A-Za-z0-9_-]{43}$/;

/** @param publicUrl with https the cookie never goes over a plain line, and no neighbouring host can set it */
export function sessionCookie(publicUrl: string): SessionCookie {
  const secure = publicUrl.startsWith('https:');
  const name = secure ? '__Host-followups_session' : 'followups_session';
  const write = (value: string, maxAgeSeconds: number) =>
    `${name}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
  return {
    name,
    read(header) {
      const prefix = `${name}=`;
      const pair = header?.split(';').find((part) => part.trim().startsWith(prefix));
      const value = pair?.trim().slice(prefix.length) ?? '';
      return valuePattern.test(value) ? value : null;
    },
    set: write,
    clear: () => write('', 0),
  };
}
