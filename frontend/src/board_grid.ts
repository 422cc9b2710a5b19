// The grid of a board as the page shows it: which cell is where, and where a key press leads.
export interface Place { x: number; y: number; w: number; h: number }

export const slotsOf = (grid: ParentNode): HTMLElement[] => [...grid.querySelectorAll<HTMLElement>(".slot")];

/** Where a card stands, columns and rows from 0. */
export function standing(slot: HTMLElement): Place {
  const { x, y, w, h } = slot.dataset;
  return { x: Number(x), y: Number(y), w: Number(w), h: Number(h) };
}

/** The cells of the grid on the screen: which one holds a point, and a box that covers some. */
export function onGrid(grid: HTMLElement): { at(x: number, y: number): { x: number; y: number }; show(box: HTMLElement, to: Place): void } {
  const style = getComputedStyle(grid), frame = grid.getBoundingClientRect();
  const gap = parseFloat(style.rowGap) || 0;
  const widths = style.gridTemplateColumns.split(" ").map(parseFloat);
  const heights = style.gridTemplateRows.split(" ").map(parseFloat);
  const usual = Math.min(...heights.filter((height) => height > 0), 80);
  const edge = (sizes: number[], index: number): number => {
    let sum = 0;
    for (let i = 0; i < index; i++) sum += (sizes[i] ?? usual) + gap;
    return sum;
  };
  const cell = (sizes: number[], offset: number): number => {
    let index = 0;
    while (index < 4000 && edge(sizes, index + 1) <= offset) index++;
    return index;
  };
  return {
    at: (x, y) => ({ x: Math.min(11, cell(widths, x - frame.left)), y: cell(heights, y - frame.top) }),
    show: (box, to) => {
      box.style.left = `${edge(widths, to.x)}px`;
      box.style.top = `${edge(heights, to.y)}px`;
      box.style.width = `${edge(widths, to.x + to.w) - edge(widths, to.x) - gap}px`;
      box.style.height = `${edge(heights, to.y + to.h) - edge(heights, to.y) - gap}px`;
    },
  };
}

/** The place that an arrow key means: a column aside, over or under the neighbour; or another size. */
export function step(slot: HTMLElement, key: string, sizing: boolean): Place | null {
  const now = standing(slot);
  if (sizing) {
    const to = {
      ArrowLeft: { ...now, w: now.w - 1 }, ArrowRight: { ...now, w: now.w + 1 },
      ArrowUp: { ...now, h: now.h - 1 }, ArrowDown: { ...now, h: now.h + 1 },
    }[key];
    return to && to.w > 0 && to.h > 0 && to.x + to.w <= 12 && to.h <= 24 ? to : null;
  }
  if (key === "ArrowLeft") return now.x > 0 ? { ...now, x: now.x - 1 } : null;
  if (key === "ArrowRight") return now.x + now.w < 12 ? { ...now, x: now.x + 1 } : null;
  const others = slotsOf(slot.parentElement ?? document).filter((one) => one !== slot).map(standing)
    .filter((one) => one.x < now.x + now.w && now.x < one.x + one.w);
  if (key === "ArrowUp") {
    const over = others.filter((one) => one.y < now.y).sort((a, b) => b.y + b.h - a.y - a.h)[0];
    return over ? { ...now, y: over.y } : null;
  }
  if (key === "ArrowDown") {
    const under = others.filter((one) => one.y >= now.y + now.h).sort((a, b) => a.y - b.y)[0];
    return under ? { ...now, y: under.y + under.h } : null;
  }
  return null;
}
