import { HarmlessText } from './harmless-text.js';

/** Parameters by name. What is no plain text is shown as JSON. */
export function ParameterList({ parameters }: { readonly parameters: Readonly<Record<string, unknown>> }) {
  return (
    <dl class="grid grid-cols-[auto_1fr] gap-x-4 gap-y-0.5 font-mono text-sm">
      {Object.entries(parameters).map(([name, value]) => (
        <div key={name} class="contents">
          <dt class="quiet">
            <HarmlessText text={name} />
          </dt>
          <dd class="min-w-0 [overflow-wrap:anywhere]">
            <HarmlessText text={typeof value === 'string' ? value : JSON.stringify(value)} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
