// What every page loads: HTMX, dialogs, toasts, palette and keys. Charts come when a page has one.
import "htmx.org";
import { watchBoard } from "./board";
import { watchBoardEditing } from "./board_edit";
import { watchCharts } from "./charts/load";
import { watchControls } from "./controls";
import { watchDialogs } from "./dialogs";
import { watchGrid } from "./grid";
import { watchKeys } from "./keys";
import { watchData } from "./live";
import { watchPalette } from "./palette";
import { watchToasts } from "./toasts";
import { watchTree } from "./tree";
import { watchUploads } from "./uploads";

const openPalette = watchPalette();
watchDialogs();
watchControls();
watchToasts();
watchTree();
watchUploads();
watchKeys(openPalette);
watchCharts();
watchData();
watchBoard();
watchBoardEditing();
watchGrid();
