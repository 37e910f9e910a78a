package io.github.redshiftreplicator.management;

import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import org.apache.camel.util.json.JsonObject;

/** A bar for every replication, as SVG that needs no script: its value is the bar's title. */
final class Plot {
    private static final int WIDTH = 600;
    private static final int HEIGHT = 180;

    /** Logarithmic where the highest value would make the usual ones invisible, as a first replication does. */
    private record Scale(double highest, boolean logarithmic) {
        private static final double DWARFED = 100;

        /**
         * @param single whether a bar is one value; parts of a bar can only be compared on a linear scale
         * @param values what is to be seen, ascending
         */
        static Scale of(boolean single, double[] values) {
            if (values.length == 0) {
                return new Scale(1, false);
            }
            double highest = Math.max(1, values[values.length - 1]);
            return new Scale(highest, single && highest > DWARFED * values[values.length / 2]);
        }

        /** How much of the height a value is, from 0 to 1. */
        double share(double value) {
            return logarithmic ? Math.log1p(value) / Math.log1p(highest) : value / highest;
        }
    }

    private Plot() {}

    /**
     * @param history the oldest replication first
     * @param fields what is stacked in a bar
     * @param text a value for people
     */
    static String of(String title, List<JsonObject> history, List<String> fields, DoubleFunction<String> text) {
        Scale scale = Scale.of(
                fields.size() == 1,
                history.stream()
                        .mapToDouble(r ->
                                fields.stream().mapToDouble(f -> value(r, f)).sum())
                        .filter(total -> total > 0)
                        .sorted()
                        .toArray());
        double step = (double) WIDTH / Math.max(history.size(), 20);
        StringBuilder svg = new StringBuilder("<figure><figcaption>")
                .append(title)
                .append(" <small>up to ")
                .append(Pages.escape(text.apply(scale.highest())))
                .append(scale.logarithmic() ? ", logarithmic" : "")
                .append(legend(fields))
                .append("</small></figcaption><svg viewBox=\"0 0 ")
                .append(WIDTH)
                .append(' ')
                .append(HEIGHT)
                .append("\" role=\"img\" aria-label=\"")
                .append(title)
                .append(" of the last ")
                .append(history.size())
                .append(" replications\">");
        double x = WIDTH - step * history.size();
        for (JsonObject replication : history) {
            svg.append(bar(replication, fields, x, step, scale, text));
            x += step;
        }
        return svg.append("<path class=\"axis\" d=\"M0 ")
                .append(HEIGHT)
                .append("H")
                .append(WIDTH)
                .append("\"/></svg></figure>")
                .toString();
    }

    private static String legend(List<String> fields) {
        if (fields.size() == 1) {
            return "";
        }
        StringBuilder html = new StringBuilder();
        for (int i = 0; i < fields.size(); i++) {
            html.append(" <span class=\"key series")
                    .append(i)
                    .append("\">")
                    .append(word(fields.get(i)))
                    .append("</span>");
        }
        return html.toString();
    }

    private static String bar(
            JsonObject replication,
            List<String> fields,
            double x,
            double step,
            Scale scale,
            DoubleFunction<String> text) {
        StringBuilder svg = new StringBuilder("<g>");
        StringBuilder title =
                new StringBuilder(replication.getString("messageId") + ", " + replication.getString("updated_at"));
        double bottom = HEIGHT;
        for (int i = 0; i < fields.size(); i++) {
            double value = value(replication, fields.get(i));
            // what is there can be seen, however large its neighbours are
            double height = value == 0 ? 0 : Math.max(2, scale.share(value) * (HEIGHT - 4));
            bottom -= height;
            svg.append(String.format(
                    Locale.ROOT,
                    "<rect class=\"series%d\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>",
                    i,
                    x + 1,
                    bottom,
                    Math.max(1, step - 2),
                    height));
            title.append(": ")
                    .append(fields.size() == 1 ? "" : word(fields.get(i)) + " ")
                    .append(text.apply(value));
        }
        return svg.append("<title>")
                .append(Pages.escape(title.toString()))
                .append("</title></g>")
                .toString();
    }

    private static String word(String field) {
        return field.replace("_duration", "");
    }

    private static double value(JsonObject replication, String field) {
        return replication.get(field) instanceof Number number ? number.doubleValue() : 0;
    }
}
