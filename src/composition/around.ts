interface Verb<Input extends readonly unknown[], Result> {
  execute(...input: Input): Promise<Result>;
}

/**
 * Lets `see` stand around every call of this verb: the one instance that the container shares. Where nobody measures,
 * nothing stands there and nothing is paid.
 */
export function around<Input extends readonly unknown[], Result>(
  verb: Verb<Input, Result>,
  see: (proceed: () => Promise<Result>, input: NoInfer<Input>) => Promise<Result>,
): void {
  const execute = verb.execute.bind(verb);
  verb.execute = (...input) => see(() => execute(...input), input);
}
