/** Keeps the place of rows that are on their way, so that nothing jumps when they come. */
export function WaitingRows({
  rows,
  class: height = 'h-14',
}: {
  readonly rows: number;
  readonly class?: string;
}) {
  return (
    <div role="status" class="space-y-px">
      <span class="sr-only">Loading</span>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} aria-hidden="true" class={`skeleton rounded-none ${height}`} />
      ))}
    </div>
  );
}
