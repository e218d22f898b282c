import mach from '../../assets/hurd/mach.json' with { type: 'json' };
import hurd from '../../assets/hurd/texts.json' with { type: 'json' };
import boot from '../../assets/linux/boot.json' with { type: 'json' };
import linux from '../../assets/linux/texts.json' with { type: 'json' };
import texts from '../../assets/texts.json' with { type: 'json' };
import xen from '../../assets/xen/texts.json' with { type: 'json' };
import { OwnFault } from '../judge/judge.ts';

interface RuleTexts {
  readonly state: string;
  readonly text: string;
  readonly label?: string;
}

/** What there is to say about one system, by the names that its machine uses. */
export interface SystemTexts {
  /** `label` as the menu words it, `verb` after 'you could ...', `did` after 'you ...'. */
  readonly decisions: Readonly<Record<string, { label: string; verb: string; did: string }>>;
  /**
   * By `Reason.rule`: `state` is the deciding fact in few words, `text` the rule with its facts, `label` what
   * the kernel's decision comes to where the menu's words would say something else; `kernels` what is said instead
   * of kernels of the past, by the fact `kernel`.
   */
  readonly rules: Readonly<Record<string, RuleTexts & { kernels?: Readonly<Record<string, RuleTexts>> }>>;
  /** What an access did that no process is shown, by the machine's name for it. */
  readonly trespasses: Readonly<Record<string, string>>;
  /** The form of a predict question. */
  readonly fields: Readonly<Record<string, { label: string; options: Readonly<Record<string, string>> }>>;
  readonly invariants: Readonly<Record<string, string>>;
  /** Fields of a decision in detail. */
  readonly details?: Readonly<Record<string, { label: string; options: Readonly<Record<string, string>> }>>;
  /** What an order of a task, or a broken kernel, is about. */
  readonly races?: Readonly<Record<string, string>>;
  /** What is said of a kernel of the past, by its name, where a schedule against it is asked for. */
  readonly kernels?: Readonly<Record<string, string>>;
  /** Micro-steps: `label` as a menu words them, `did` after who does it. */
  readonly micros?: Readonly<Record<string, { label: string; did: string }>>;
  /** Facts that may have decided. */
  readonly evidence?: Readonly<Record<string, string>>;
}

export const general = {
  verdicts: texts.verdicts,
  answer: texts.answer,
  hint: texts.hint,
  moments: texts.moments,
  steps: texts.steps,
  signals: texts.signals,
  film: texts.film,
  costs: texts.costs,
  race: texts.race,
  watch: texts.watch,
  detail: texts.detail,
} as const;

/** The texts of systems side by side: each name with its system before it. */
function together(parts: Readonly<Record<string, SystemTexts>>): SystemTexts {
  const named = <T>(of: (texts: SystemTexts) => Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(
      Object.entries(parts).flatMap(([system, texts]) =>
        Object.entries(of(texts)).map(([name, text]) => [`${system}:${name}`, text]),
      ),
    );
  const merged = Object.values(parts);
  return {
    decisions: named(({ decisions }) => decisions),
    rules: named(({ rules }) => rules),
    trespasses: Object.assign({}, ...merged.map(({ trespasses }) => trespasses)),
    fields: {},
    invariants: Object.assign({}, ...merged.map(({ invariants }) => invariants)),
  };
}

let side: SystemTexts | undefined;

/** As the machines (`src/machines/registry.ts`): each is read when it is asked for. */
const systems = {
  get linux(): SystemTexts {
    return linux;
  },
  get boot(): SystemTexts {
    return boot;
  },
  get xen(): SystemTexts {
    return xen;
  },
  get hurd(): SystemTexts {
    return hurd;
  },
  get mach(): SystemTexts {
    return mach;
  },
  get kernels(): SystemTexts {
    side ??= together({ linux, guest: linux, hurd });
    return side;
  },
};

/** The texts of a system. A text that is missing is a fault of ours. */
export const textsOf = (system: string): SystemTexts => entryOf(systems, system, 'system');

/** The entry of that name; `what` is for the message of the OwnFault where there is none. */
export function entryOf<T>(entries: Readonly<Record<string, T>>, name: string, what: string): T {
  const entry = Object.hasOwn(entries, name) ? entries[name] : undefined;
  if (entry === undefined) throw new OwnFault(`there is no text for the ${what} '${name}'`);
  return entry;
}
