import { useSignal } from '@preact/signals';
import { useWorkplace } from '../../customer/workplace.js';
import type { Enrolment } from '../../identity/account.js';
import { CodeField, typedCode } from '../../identity/code-fields.js';
import { CopyButton } from '../../parts/copy-button.js';
import { ProblemNotice } from '../../parts/problem-notice.js';
import { QrCode } from '../../parts/qr-code.js';
import { TextField } from '../../parts/text-field.js';

interface AddFactorProps {
  /** Names of those that are there. */
  readonly taken: readonly string[];
  readonly close: () => void;
  readonly done: () => void;
}

/** A name, then the picture for the phone, then the first code: until that one is right nothing has changed. */
export function AddFactor({ taken, close, done }: AddFactorProps) {
  const { identity } = useWorkplace();
  const name = useSignal(freeName(taken));
  const code = useSignal('');
  const enrolment = useSignal<Enrolment | null>(null);
  const isBusy = useSignal(false);
  const error = useSignal<unknown>(null);
  const go = async (): Promise<void> => {
    isBusy.value = true;
    error.value = null;
    try {
      if (enrolment.value === null) enrolment.value = await identity.account.enrol(name.value.trim());
      else {
        await identity.account.verify(enrolment.value.factorId, typedCode(code.value));
        done();
      }
    } catch (refused) {
      error.value = refused;
    } finally {
      isBusy.value = false;
    }
  };
  return (
    <form
      class="panel p-4 space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        void go();
      }}
    >
      {enrolment.value === null ? (
        <TextField
          text={name}
          label="Name"
          hint="How you tell it apart from others: the phone that it is on, say."
          maxLength={100}
          required
        />
      ) : (
        <>
          <Secret enrolment={enrolment.value} />
          <CodeField code={code} label="Code that the app shows now" />
        </>
      )}
      {error.value !== null && <ProblemNotice error={error.value} />}
      <div class="flex flex-wrap gap-2">
        <button type="submit" class="btn btn-primary" disabled={isBusy.value}>
          {enrolment.value === null ? 'Go on' : 'Check the code'}
        </button>
        <button type="button" class="btn" onClick={close}>
          Leave it
        </button>
      </div>
    </form>
  );
}

function Secret({ enrolment: { secret, uri } }: { readonly enrolment: Enrolment }) {
  return (
    <div class="grid gap-4 sm:grid-cols-[auto_1fr]">
      <QrCode text={uri} label="QR code for the authenticator app" />
      <div class="space-y-2 min-w-0">
        <p>Scan this with an authenticator app. It is shown this once.</p>
        <p class="quiet">No camera? Type this key into the app, as one that goes by time:</p>
        <p class="flex flex-wrap items-center gap-3">
          <code class="select-all font-semibold">{inGroups(secret)}</code>
          <CopyButton text={secret} what="the key" />
        </p>
      </div>
    </div>
  );
}

/** Apps pass over the spaces; people lose their place without. */
const inGroups = (secret: string): string => secret.replaceAll(/(.{4})(?=.)/g, '$1 ');

/** The first name of its kind that nobody has taken. */
function freeName(taken: readonly string[]): string {
  const usual = 'Authenticator app';
  if (!taken.includes(usual)) return usual;
  const nth = taken.length + 1;
  const numbered = Array.from({ length: nth }, (_, index) => `${usual} ${String(index + 2)}`);
  return numbered.find((each) => !taken.includes(each)) ?? '';
}
