/** A page of a list. */
export type Page<Item> = { items: Item[]; nextCursor: string | null };

/**
 * Goes through a whole list, newest first, page by page as they are needed:
 * `for await (const agent of every(api.listAgents)) …`
 *
 * @param list a call that answers with pages
 * @param params its filters; `limit` is the size of a page
 */
export async function* every<Item, Params extends { cursor?: string } | undefined>(
  list: (params: Params) => Promise<Page<Item>>,
  ...[params]: undefined extends Params ? [params?: Params] : [params: Params]
): AsyncGenerator<Item> {
  let cursor: string | null | undefined = params?.cursor;
  do {
    const page: Page<Item> = await list({ ...params, ...(cursor ? { cursor } : {}) } as Params);
    yield* page.items;
    cursor = page.nextCursor;
  } while (cursor !== null);
}
