import { adviceFor, asProblem, isPassing } from '../api/problem.js';
import { useAnotherLook } from './another-look.js';
import { HarmlessText } from './harmless-text.js';

interface ProblemNoticeProps {
  readonly error: unknown;
  /** Offered as the next step where trying again may help, and done without a click where the trouble passes. */
  readonly retry?: () => void;
}

/** What went wrong, what to do next, and the id that support asks for. */
export function ProblemNotice({ error, retry }: ProblemNoticeProps) {
  useAnotherLook(error, retry);
  const problem = asProblem(error);
  const { title, detail, requestId, errors = [] } = problem.body;
  return (
    <div role="alert" class="panel border-l-4 border-l-error p-3 space-y-1">
      <p class="font-semibold text-error">
        <HarmlessText text={title} />
      </p>
      {detail !== undefined && detail !== title && (
        <p>
          <HarmlessText text={detail} />
        </p>
      )}
      {errors.length > 0 && (
        <ul class="list-disc pl-5">
          {errors.map(({ path, message }) => (
            <li key={path}>
              <HarmlessText text={`${path}: ${message}`} />
            </li>
          ))}
        </ul>
      )}
      {adviceFor(problem) !== detail && <p>{adviceFor(problem)}</p>}
      {retry !== undefined && isPassing(problem) && <p>The page tries again by itself.</p>}
      <p class="flex flex-wrap items-center gap-3">
        {retry !== undefined && (
          <button type="button" class="btn btn-sm" onClick={retry}>
            Try again
          </button>
        )}
        {requestId !== null && (
          <span class="quiet text-sm">
            Request <code class="select-all">{requestId}</code>
          </span>
        )}
      </p>
    </div>
  );
}
