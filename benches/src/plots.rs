//! Plots of the results, as SVG.

mod data;

use std::fs;
use std::path::Path;

use anyhow::{Result, anyhow};
use plotters::chart::SeriesLabelStyle;
use plotters::prelude::*;

use crate::results::Results;
use data::{Bars, Lines};

const SIZE: (u32, u32) = (960, 480);

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

/// Draws whatever the results hold of: speeds, bytes per idle actor, time per child.
pub fn draw(results: &Results, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let rows = &results.rows;
    save(&folder.join("speeds.svg"), |area| {
        bars(area, "times tokio-raw", &data::speeds(rows))
    })?;
    save(&folder.join("idle.svg"), |area| {
        bars(area, "bytes per idle actor", &data::idle(rows))
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

fn color(at: usize) -> RGBAColor {
    Palette99::pick(at).to_rgba()
}

/// A group of bars for each benchmark, from 1 up or down on a scale of powers.
fn bars(area: &Area<'_>, what: &str, bars: &Bars) -> Result<()> {
    let Some((least, most)) = bars.range() else {
        return empty(area);
    };
    let groups = bars.groups.len();
    let mut chart = ChartBuilder::on(area)
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(60)
        .build_cartesian_2d(0.0..as_float(groups), (least..most).log_scale())?;
    let name = |x: &f64| bars.group_at(*x).unwrap_or_default().to_owned();
    chart
        .configure_mesh()
        .disable_x_mesh()
        .x_labels(2 * groups + 1)
        .x_label_formatter(&name)
        .y_desc(what)
        .draw()?;
    let base = 1.0_f64.clamp(least, most);
    for (at, column) in bars.columns.iter().enumerate() {
        let drawn = bars.bars_of(at).map(|bar| {
            Rectangle::new(
                [(bar.left, base), (bar.right, bar.value)],
                color(at).filled(),
            )
        });
        chart
            .draw_series(drawn)?
            .label(column)
            .legend(move |(x, y)| {
                Rectangle::new([(x, y - 5), (x + 10, y + 5)], color(at).filled())
            });
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
        .y_desc(what)
        .draw()?;
    for (at, (column, points)) in lines.0.iter().enumerate() {
        chart
            .draw_series(LineSeries::new(
                points.iter().copied(),
                color(at).stroke_width(2),
            ))?
            .label(column)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 10, y)], color(at)));
    }
    legend(&mut chart.configure_series_labels())
}

fn legend<'a, C: CoordTranslate>(
    labels: &mut SeriesLabelStyle<'a, '_, SVGBackend<'a>, C>,
) -> Result<()> {
    let style = labels.background_style(WHITE.mix(0.8)).border_style(BLACK);
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
