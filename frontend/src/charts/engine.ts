// The parts of ECharts that kpilot draws with, and nothing else.
import { BarChart, CustomChart, LineChart, ScatterChart } from "echarts/charts";
import { AriaComponent, GridComponent, MarkLineComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

echarts.use([LineChart, BarChart, ScatterChart, CustomChart, GridComponent, MarkLineComponent, AriaComponent, CanvasRenderer]);

export { echarts };
