import { type RefObject, useEffect } from 'react';

/** Brings the keyboard to the first field of a form that is wrong, each time that there is another `error`. */
export function useFirstError(form: RefObject<HTMLElement | null>, error: unknown): void {
  useEffect(() => {
    if (error) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [form, error]);
}
