let token: string | null = null;

/** Proves to the API that a request comes from this page; null while nobody is signed in. */
export const csrfToken = (): string | null => token;

export const setCsrfToken = (next: string | null): void => {
  token = next;
};
