// Writes data/service_model.jsonl: each operation's input parameters, nested ones by their path.
// The facts are the schemas of the AWS SDK for JavaScript; give the unpacked npm packages:
//   node tests/golden/service_model.mjs client-dynamodb/package client-dynamodb-streams/package

import { readFileSync } from 'node:fs';

// A schema is an array whose first element says what it describes; a scalar is a number.
const SIMPLE = 0, LIST = 1, MAP = 2, STRUCTURE = 3, UNION = 4, OPERATION = 9;
const LIST_OF = 64, MAP_OF = 128;
const SCALARS = { 0: 'string', 1: 'number', 2: 'boolean', 4: 'timestamp', 21: 'blob' };

/** The schemas of one package by name, without the packages it imports. */
function schemas(folder) {
  let source = readFileSync(`${folder}/dist-es/schemas/schemas_0.js`, 'utf8');
  const imported = [...source.matchAll(/^import \{([^}]*)\}/gm)]
    .flatMap((one) => one[1].split(',').map((name) => name.trim()))
    .filter((name) => name && name !== 'TypeRegistry');
  const names = [...source.matchAll(/^export var (\w+\$?) = \[/gm)].map((one) => one[1]);
  source = source.replace(/^import .*$/gm, '').replace(/^export (var|const) /gm, '$1 ');
  const stubs = [
    'class TypeRegistry { registerError() {} static for() { return new TypeRegistry(); } }',
    ...imported.map((name) => `class ${name} {}`),
  ];
  return new Function(`${stubs.join('\n')}\n${source}\nreturn [${names}];`)();
}

function described(schema) {
  if (typeof schema === 'function') return described(schema());
  if (typeof schema === 'number') {
    if (schema & MAP_OF) return { type: 'map', inner: schema & ~MAP_OF };
    if (schema & LIST_OF) return { type: 'list', inner: schema & ~LIST_OF };
    return { type: SCALARS[schema] };
  }
  if (schema.length === 2) return described(schema[0]); // with traits
  switch (schema[0]) {
    case SIMPLE: return described(schema[4]);
    case LIST: return { type: 'list', inner: schema[4] };
    case MAP: return { type: 'map', inner: schema[5] };
    case STRUCTURE: case UNION: {
      const [, , name, , members, schemas, required = 0] = schema;
      if (name === 'AttributeValue') return { type: name };
      return { type: 'structure', name, members, schemas, required };
    }
  }
  throw new Error(`no schema: ${JSON.stringify(schema)}`);
}

function* parameters(schema, path, within) {
  const { type, inner, name, members, schemas, required } = described(schema);
  if (type === 'list') yield* parameters(inner, `${path}[]`, within);
  if (type === 'map') yield* parameters(inner, `${path}.*`, within);
  if (type !== 'structure' || within.includes(name)) return;
  for (const [i, member] of members.entries()) {
    const at = path ? `${path}.${member}` : member;
    yield [at, described(schemas[i]).type, i < required];
    yield* parameters(schemas[i], at, [...within, name]);
  }
}

const operations = process.argv.slice(2).flatMap(schemas).filter((schema) => schema[0] === OPERATION);
const lines = operations.map(([, , operation, , input]) =>
  JSON.stringify({ operation, parameters: [...parameters(input, '', [])] }));
console.log(lines.sort().join('\n'));
