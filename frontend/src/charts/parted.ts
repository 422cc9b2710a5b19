/** Places moved as little as it takes, neighbours `gap` apart at the least, in the order they had. */
export function parted(places: number[], gap: number): number[] {
  const order = places.map((_, i) => i).sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0) || a - b);
  // Taken closer by a gap each, they only may not fall: runs that do are set to their mean.
  const runs: { sum: number; size: number }[] = [];
  order.forEach((at, rank) => {
    let run = { sum: (places[at] ?? 0) - rank * gap, size: 1 };
    for (let above = runs.at(-1); above && above.sum / above.size > run.sum / run.size; above = runs.at(-1)) {
      run = { sum: run.sum + above.sum, size: run.size + above.size };
      runs.pop();
    }
    runs.push(run);
  });
  const moved: number[] = [];
  const means = runs.flatMap((run) => Array<number>(run.size).fill(run.sum / run.size));
  order.forEach((at, rank) => { moved[at] = (means[rank] ?? 0) + rank * gap; });
  return moved;
}
