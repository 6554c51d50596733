import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const ruledFolders = ['src', 'agent', 'demo', 'bench', 'tests'].map((folder) => `${folder}/**/*.ts`);

/** How the language is used. Each entry: what is refused, and what to do instead. */
const refusedSyntax = [
  {
    selector:
      ':matches(PropertyDefinition, MethodDefinition, TSAbstractPropertyDefinition, TSAbstractMethodDefinition)[accessibility]',
    message: 'State is hidden with `#name`; what is not hidden is public and needs no word for it.',
  },
  {
    selector: 'TSParameterProperty',
    message:
      'Declare the field and assign it: a parameter property hides the field and cannot be `#private`.',
  },
  { selector: 'TSEnumDeclaration', message: 'Use a list of strings `as const` and the union made from it.' },
];

const refusedDefaultExport = {
  selector: ':matches(ExportDefaultDeclaration, ExportSpecifier[exported.name="default"])',
  message: 'Named exports only: a thing has one name everywhere.',
};

const throughPorts =
  'time and randomness come through a port, so that every rule can be tested at any moment.';

/** Domain rules and use cases have no clock and no dice of their own. */
const refusedAmbience = [
  {
    selector: 'MemberExpression[object.name="Date"]:matches([property.name="now"], [property.value="now"])',
    message: `No Date.now(): ${throughPorts}`,
  },
  {
    selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
    message: `No new Date(): ${throughPorts}`,
  },
  { selector: 'CallExpression[callee.name="Date"]', message: `No Date(): ${throughPorts}` },
  {
    selector:
      'MemberExpression[object.name="Math"]:matches([property.name="random"], [property.value="random"])',
    message: `No Math.random(): ${throughPorts}`,
  },
];

const refusedGlobals = [
  'globalThis',
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'crypto',
  'process',
  'fetch',
  'console',
  'Temporal',
].map((name) => ({ name, message: `No ${name} here: ${throughPorts}` }));

/** What plain scripts may use without importing it: what Node itself offers. */
const nodeGlobals = Object.fromEntries(
  Object.getOwnPropertyNames(globalThis).map((name) => [name, 'readonly']),
);

const vagueNames = /(^|\/)(index|utils?|helpers?|types?|common|misc)\.[cm]?[jt]sx?$/;

/** Names that say nothing about what a file holds, barrels among them. */
const fileNames = {
  rules: {
    'say-what-the-file-holds': {
      meta: {
        type: 'suggestion',
        schema: [],
        messages: { vague: 'Name the file after what it holds; there are no barrels.' },
      },
      create: (context) => ({
        Program(node) {
          if (vagueNames.test(context.filename)) context.report({ node, messageId: 'vague' });
        },
      }),
    },
  },
};

/** What holds for every file of TypeScript. */
const houseRules = {
  'file-names/say-what-the-file-holds': 'error',
  'max-lines': ['error', { max: 330 }],
  eqeqeq: 'error',
  'no-restricted-syntax': ['error', ...refusedSyntax, refusedDefaultExport],
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
  '@typescript-eslint/consistent-type-exports': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': [
    'error',
    { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: true },
  ],
  // A number in a message is as clear as its string; objects and nothingness stay refused.
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
  // `() => log.info(…)` hides nothing: the arrow's type says whether its answer is used.
  '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
  // Names that are data (a JSON body, an environment) may be written as the strings that they are.
  '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
  // The compiler narrows `signal.aborted` for good, across any await, and takes certificates and headers to be
  // complete: at the edges this rule calls every check of what may have changed meanwhile unnecessary.
  '@typescript-eslint/no-unnecessary-condition': 'off',
};

export default defineConfig(
  {
    // The violations are wrong on purpose; the tools are packages of their own; the contract of the portal is made.
    ignores: [
      '**/node_modules/',
      'dist/',
      'coverage/',
      'tests/architecture/violations/',
      'portal/src/api/contract.d.ts',
      'tools/',
    ],
  },
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{mjs,cjs,js}'],
    extends: [js.configs.recommended],
    languageOptions: { globals: nodeGlobals },
    rules: { 'max-lines': ['error', { max: 330 }] },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { globals: { module: 'writable', require: 'readonly', __dirname: 'readonly' } },
  },
  { files: ['scripts/**/*.mjs'], rules: { 'no-restricted-syntax': ['error', refusedDefaultExport] } },
  {
    files: ruledFolders,
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    plugins: { 'file-names': fileNames },
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: houseRules,
  },
  {
    files: ['portal/src/**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    plugins: { 'file-names': fileNames },
    languageOptions: {
      parserOptions: { project: './portal/tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: houseRules,
  },
  {
    files: ['src/domain/**/*.ts', 'src/application/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...refusedSyntax, refusedDefaultExport, ...refusedAmbience],
      'no-restricted-globals': ['error', ...refusedGlobals],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
    },
  },
);
