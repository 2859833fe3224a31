//! Plots of the results, as SVG.

mod data;

use std::fs;
use std::path::Path;

use anyhow::{Result, anyhow};
use plotters::chart::SeriesLabelStyle;
use plotters::coord::ranged1d::{AsRangedCoord, ValueFormatter};
use plotters::prelude::*;

use crate::benchmark::CONTESTANTS;
use crate::results::Results;
use data::{Bars, Lines};

const SIZE: (u32, u32) = (1_400, 560);

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

/// Draws whatever the results hold of: speeds, bytes per idle actor, time per child.
pub fn draw(results: &Results, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let rows = &results.rows;
    save(&folder.join("speeds.svg"), |area| {
        let speeds = data::speeds(rows);
        let Some((least, most)) = speeds.range() else {
            return empty(area);
        };
        let (least, most) = (least.min(1.0) / 1.5, most.max(1.0) * 1.5);
        bars(
            area,
            "times tokio-raw",
            &speeds,
            (least..most).log_scale(),
            1.0,
        )
    })?;
    save(&folder.join("idle.svg"), |area| {
        let idle = data::idle(rows);
        let Some((_, most)) = idle.range() else {
            return empty(area);
        };
        bars(area, "bytes per idle actor", &idle, 0.0..most * 1.1, 0.0)
    })?;
    save(&folder.join("children.svg"), |area| {
        lines(area, "µs per child", &data::children(rows))
    })
}

fn save(path: &Path, plot: impl FnOnce(&Area<'_>) -> Result<()>) -> Result<()> {
    let area = SVGBackend::new(path, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    plot(&area)?;
    area.present()?;
    println!("{}", path.display());
    Ok(())
}

/// A contestant has the same one in each plot.
fn color(column: &str) -> RGBAColor {
    let at = CONTESTANTS.iter().position(|it| *it == column);
    Palette99::pick(at.unwrap_or(CONTESTANTS.len())).to_rgba()
}

/// A group of bars for each benchmark, up or down from the base.
fn bars<Y>(area: &Area<'_>, what: &str, bars: &Bars, y: Y, base: f64) -> Result<()>
where
    Y: AsRangedCoord<Value = f64>,
    Y::CoordDescType: ValueFormatter<f64>,
{
    let groups = bars.groups.len();
    let mut chart = ChartBuilder::on(area)
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(60)
        .build_cartesian_2d(0.0..as_float(groups), y)?;
    let name = |x: &f64| bars.group_at(*x).unwrap_or_default().to_owned();
    chart
        .configure_mesh()
        .disable_x_mesh()
        .x_labels(2 * groups + 1)
        .x_label_formatter(&name)
        .y_desc(what)
        .draw()?;
    for (at, column) in bars.columns.iter().enumerate() {
        let style = color(column).filled();
        let drawn = bars.bars_of(at);
        let drawn =
            drawn.map(|bar| Rectangle::new([(bar.left, base), (bar.right, bar.value)], style));
        chart
            .draw_series(drawn)?
            .label(column)
            .legend(move |(x, y)| Rectangle::new([(x, y - 5), (x + 10, y + 5)], style));
    }
    legend(&mut chart.configure_series_labels())
}

/// A line for each contestant, over the number of children.
fn lines(area: &Area<'_>, what: &str, lines: &Lines) -> Result<()> {
    let Some(((fewest, most), highest)) = lines.range() else {
        return empty(area);
    };
    let mut chart = ChartBuilder::on(area)
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(60)
        .build_cartesian_2d((fewest..most).log_scale(), 0.0..highest * 1.1)?;
    chart
        .configure_mesh()
        .x_desc("children")
        .x_label_formatter(&|children| format!("{children:.0}"))
        .max_light_lines(0)
        .y_desc(what)
        .draw()?;
    for (column, points) in &lines.0 {
        let style = color(column).stroke_width(2);
        chart
            .draw_series(LineSeries::new(points.iter().copied(), style))?
            .label(column)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 10, y)], style));
    }
    legend(&mut chart.configure_series_labels())
}

fn legend<'a, C: CoordTranslate>(
    labels: &mut SeriesLabelStyle<'a, '_, SVGBackend<'a>, C>,
) -> Result<()> {
    let style = labels
        .position(SeriesLabelPosition::LowerRight)
        .background_style(WHITE.mix(0.8))
        .border_style(BLACK);
    style.draw().map_err(|error| anyhow!("{error}"))
}

fn empty(area: &Area<'_>) -> Result<()> {
    let style = ("sans-serif", 16).into_text_style(area);
    Ok(area.draw_text("not measured", &style, (12, 12))?)
}

#[expect(clippy::cast_precision_loss, reason = "they are few")]
fn as_float(number: usize) -> f64 {
    number as f64
}
