/** The parts of an OpenAPI document (3.1) that types are made from. */
export type Document = {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
};
type Operation = {
  operationId: string;
  security?: Record<string, unknown>[];
  summary: string;
  description?: string;
  parameters?: { in: string; name: string; required?: boolean; schema: Schema }[];
  requestBody?: { required?: boolean; content: Content };
  responses: Record<string, { content?: Content }>;
};
type Content = Record<string, { schema: Schema }>;
type Schema = {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  description?: string;
};

/**
 * Writes TypeScript for a document: a type for each schema, an interface `Api` with a method for each call below `/v1`
 * but those of a web chat's visitors, who have no key, and the table `calls` by which the client makes them.
 */
export function typesOf(document: Document): string {
  const operations = Object.entries(document.paths)
    .filter(([path]) => path.startsWith('/v1/'))
    .flatMap(([path, item]) =>
      Object.entries(item)
        .filter(([, { security = [] }]) => !security.some((scheme) => 'visitor' in scheme))
        .map(([method, operation]) => describe(path, method, operation)),
    );
  const schemas = Object.entries(document.components.schemas);
  return [
    '// Made from the OpenAPI document by `npm run client:types`: not to be edited.',
    "import type { CallOptions, CallShape, ChangeOptions, CreateOptions, StreamedEvent, StreamOptions } from './calls';",
    ...schemas.map(([name, schema]) => `${comment(schema.description)}export type ${name} = ${typeOf(schema)};`),
    `/** Every call of the API, by its operationId. */\nexport interface Api {\n${operations.map(({ signature }) => signature).join('\n')}\n}`,
    `/** How each call is made. */\nexport const calls = {\n${operations.map(({ entry }) => `  ${entry},`).join('\n')}\n} as const satisfies Record<keyof Api, CallShape>;`,
    '',
  ].join('\n\n');
}

function describe(path: string, method: string, operation: Operation): { signature: string; entry: string } {
  const { operationId: name, requestBody, responses, parameters = [] } = operation;
  const header = (wanted: string) => parameters.some((each) => each.in === 'header' && each.name === wanted);
  const fields = parameters.filter((each) => each.in === 'path' || each.in === 'query');
  const [mediaType, body] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const done = Object.entries(responses).find(([status]) => status.startsWith('2'))?.[1];
  const [answerType, answer] = Object.entries(done?.content ?? {})[0] ?? [];
  const isStream = answerType === 'text/event-stream';

  const options = isStream
    ? 'StreamOptions'
    : header('Idempotency-Key')
      ? 'CreateOptions'
      : header('If-Match')
        ? 'ChangeOptions'
        : 'CallOptions';
  const args = [
    ...(fields.length > 0 ? [`params${fields.some((each) => each.required) ? '' : '?'}: ${paramsType(fields)}`] : []),
    ...(body ? [`body${requestBody?.required ? '' : '?'}: ${typeOf(body.schema, 1)}`] : []),
    `options?: ${options}`,
  ];
  // The document tells of a stream that it is text; what its events hold is the schema of this name.
  const returns = isStream
    ? 'AsyncGenerator<StreamedEvent<StreamEvent>>'
    : `Promise<${answer ? typeOf(answer.schema, 1) : 'void'}>`;
  const text = [operation.summary, operation.description?.replace(/\s*Scopes: .*$/s, '')].filter(Boolean).join('. ');
  return {
    signature: `${comment(text, 1)}  ${name}(${args.join(', ')}): ${returns};`,
    entry: `${name}: ${literal({
      method: method.toUpperCase(),
      path,
      params: fields.length > 0,
      body: mediaType ?? null,
      creates: header('Idempotency-Key'),
      streams: isStream,
    })}`,
  };
}

const paramsType = (fields: NonNullable<Operation['parameters']>) =>
  typeOf(
    {
      type: 'object',
      properties: Object.fromEntries(fields.map(({ name, schema }) => [name, schema])),
      required: fields.filter(({ required }) => required).map(({ name }) => name),
    },
    1,
  );

/** @param depth of indentation, in steps of two spaces, at which the type is written */
function typeOf(schema: Schema, depth = 0): string {
  if (schema.$ref) return schema.$ref.replace(/^.*\//, '');
  if ('const' in schema) return literal(schema.const);
  if (schema.enum) return union(schema.enum.map(literal));
  const options = schema.anyOf ?? schema.oneOf;
  if (options) {
    // "Or any other object" is what the API puts up with, not what a caller is to send.
    const meant = options.filter((option) => !isAnyObject(option));
    return union((meant.length > 0 ? meant : options).map((option) => typeOf(option, depth)));
  }
  if (schema.allOf) return schema.allOf.map((part) => typeOf(part, depth)).join(' & ');
  if (Array.isArray(schema.type)) return union(schema.type.map((type) => typeOf({ ...schema, type }, depth)));
  switch (schema.type) {
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type;
    case 'integer':
    case 'number':
      return 'number';
    case 'array': {
      const item = typeOf(schema.items ?? {}, depth);
      return / [|&] /.test(item.replace(/\{.*\}/s, '')) ? `(${item})[]` : `${item}[]`;
    }
    case 'object':
      return objectType(schema, depth);
    default:
      return 'unknown';
  }
}

function objectType({ properties, required = [], additionalProperties }: Schema, depth: number): string {
  if (!properties) {
    const values = typeof additionalProperties === 'object' ? typeOf(additionalProperties, depth) : 'unknown';
    return `Record<string, ${values}>`;
  }
  const indent = '  '.repeat(depth + 1);
  const fields = Object.entries(properties).map(([name, schema]) => {
    const key = /^\w+$/.test(name) ? name : literal(name);
    const optional = required.includes(name) ? '' : '?';
    return `${comment(schema.description, depth + 1)}${indent}${key}${optional}: ${typeOf(schema, depth + 1)};`;
  });
  return `{\n${fields.join('\n')}\n${'  '.repeat(depth)}}`;
}

const isAnyObject = ({ type, properties = {}, additionalProperties }: Schema) =>
  type === 'object' && Object.keys(properties).length === 0 && additionalProperties !== false;

const union = (types: string[]) => [...new Set(types)].join(' | ');
const literal = (value: unknown): string =>
  typeof value === 'string'
    ? `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
    : typeof value === 'object' && value !== null
      ? `{ ${Object.entries(value)
          .map(([key, item]) => `${key}: ${literal(item)}`)
          .join(', ')} }`
      : JSON.stringify(value);

function comment(text: string | undefined, depth = 0): string {
  if (!text) return '';
  const safe = text.replaceAll('*/', '* /').replace(/\s*\n\s*/g, ' ');
  return `${'  '.repeat(depth)}/** ${safe} */\n`;
}
