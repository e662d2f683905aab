// Lets a plain Node process run the project's TypeScript: node -r ./test/support/register-typescript.cjs file.ts
const { transformFileSync } = require('@swc/core');

const options = {
  swcrc: false,
  jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
  module: { type: 'commonjs', ignoreDynamic: true },
  sourceMaps: 'inline',
};
require.extensions['.ts'] = (module, file) => module._compile(transformFileSync(file, options).code, file);
