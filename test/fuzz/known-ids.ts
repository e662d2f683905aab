/**
 * Ids of things that exist, by the name that parameters and fields have for them. Conversation ids are not among them:
 * any text of their alphabet is one.
 */
export type Ids = Record<string, string[]>;

type Json = { [key: string]: unknown };

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

/**
 * The document, with the ids of what exists in place of "an id": random ones would nearly always be answered with 404,
 * and nothing behind it be reached.
 *
 * @param kept for every call but those that delete
 * @param doomed for those that delete, so that the others still find what they need
 */
export function withKnownIds(document: unknown, kept: Ids, doomed: Ids): unknown {
  const copy = structuredClone(document) as { paths: Record<string, Record<string, Json>>; components: Json };
  for (const item of Object.values(copy.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      for (const parameter of (operation.parameters ?? []) as Json[]) {
        if (parameter.in !== 'path') continue;
        restrict(parameter, 'schema', (method === 'delete' ? doomed : kept)[String(parameter.name)]);
      }
    }
  }
  const schemas = copy.components.schemas as Record<string, Json>;
  for (const [name, schema] of Object.entries(schemas))
    if (/(Input|Patch|^BatchMessage)$/.test(name)) restrictFields(schema, kept);
  return copy;
}

function restrictFields(schema: unknown, ids: Ids): void {
  if (!isObject(schema)) return;
  if (isObject(schema.properties)) {
    for (const name of Object.keys(schema.properties)) {
      restrict(schema.properties, name, ids[name]);
      const list = schema.properties[name];
      if (name === 'channelIds' && isObject(list)) restrictItems(list, ids.channelId);
    }
  }
  for (const part of Object.values(schema)) restrictFields(part, ids);
}

/** Where a list may be null, it is one of several. */
function restrictItems(list: Json, ids: string[] | undefined): void {
  if ('items' in list) restrict(list, 'items', ids);
  for (const option of (list.anyOf ?? []) as Json[]) restrictItems(option, ids);
}

function restrict(holder: Json, key: string, ids: string[] | undefined): void {
  const schema = holder[key];
  if (ids && isObject(schema) && schema.type === 'string') holder[key] = { ...schema, enum: [...new Set(ids)] };
}
