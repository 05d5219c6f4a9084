package io.webhookmemory.console.overview;

import java.util.ArrayList;
import java.util.List;

/**
 * The flow with numbers on it, as positions in an SVG; once wide, and once tall for narrow screens.
 *
 * @param name distinguishes the two in the page
 * @param label the picture in words, for readers who do not see it
 */
public record FlowPicture(String name, int width, int height, String label, List<Node> nodes, List<Edge> edges) {

    /**
     * A part of the flow.
     *
     * @param kind part, topic or outside
     * @param level ok, warn, bad, or off if nothing is known
     * @param state the level in a word, as colour alone says nothing to some readers; empty if there is nothing to say
     */
    public record Node(
            String title,
            String kind,
            String level,
            String value,
            String detail,
            String state,
            int x,
            int y,
            int w,
            int h) {
        public int middle() {
            return x + w / 2;
        }
    }

    /** An arrow, as the path of an SVG. */
    public record Edge(String path, boolean dashed) {}

    private static final int WIDE_HEIGHT = 112;

    static FlowPicture wide(FlowNumbers n) {
        int[] x = {0, 156, 352, 530, 726, 904, 1100};
        int[] w = {120, 160, 142, 160, 142, 160, 120};
        int y = 8;
        int below = 176;
        List<Node> nodes = List.of(
                n.zoho().at(x[0], y, w[0], WIDE_HEIGHT),
                n.ingress().at(x[1], y, w[1], WIDE_HEIGHT),
                n.webhooks().at(x[2], y, w[2], WIDE_HEIGHT),
                n.processor().at(x[3], y, w[3], WIDE_HEIGHT),
                n.modules().at(x[4], y, w[4], WIDE_HEIGHT),
                n.sink().at(x[5], y, w[5], WIDE_HEIGHT),
                n.cognee().at(x[6], y, w[6], WIDE_HEIGHT),
                n.subscriptions().at(x[1], below, w[1], WIDE_HEIGHT),
                n.deadLetters().at(x[5], below, w[5], WIDE_HEIGHT));
        List<Edge> edges = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            edges.add(new Edge("M" + (x[i] + w[i]) + " " + (y + 56) + " H" + (x[i + 1] - 4), false));
        }
        edges.add(
                new Edge("M" + (x[0] + 60) + " " + (y + WIDE_HEIGHT) + " V" + (below + 56) + " H" + (x[1] - 4), true));
        edges.add(new Edge(
                "M" + (x[1] + w[1]) + " " + (below + 56) + " H" + (x[2] + 71) + " V" + (y + WIDE_HEIGHT + 4), true));
        edges.add(new Edge("M" + (x[5] + 80) + " " + (y + WIDE_HEIGHT) + " V" + (below - 4), false));
        return new FlowPicture("wide", 1220, below + WIDE_HEIGHT + 8, n.label(), nodes, edges);
    }

    static FlowPicture tall(FlowNumbers n) {
        int h = 104;
        int step = 136;
        int main = 204;
        int side = 216;
        int sideWidth = 144;
        FlowNumbers.Part[] parts = {
            n.zoho(), n.ingress(), n.webhooks(), n.processor(), n.modules(), n.sink(), n.cognee()
        };
        List<Node> nodes = new ArrayList<>();
        List<Edge> edges = new ArrayList<>();
        for (int i = 0; i < parts.length; i++) {
            nodes.add(parts[i].at(0, 8 + i * step, main - 24, h));
            if (i > 0) {
                edges.add(new Edge("M90 " + (8 + (i - 1) * step + h) + " V" + (8 + i * step - 4), false));
            }
        }
        nodes.add(n.subscriptions().at(side, 8 + step, sideWidth, h));
        nodes.add(n.deadLetters().at(side, 8 + 5 * step, sideWidth, h));
        edges.add(new Edge("M180 60 H" + (side + 72) + " V" + (8 + step - 4), true));
        edges.add(new Edge("M" + (side + 72) + " " + (8 + step + h) + " V" + (8 + 2 * step + 52) + " H184", true));
        edges.add(new Edge("M180 " + (8 + 5 * step + 52) + " H" + (side - 4), false));
        return new FlowPicture("tall", 364, 8 + 6 * step + h + 8, n.label(), List.copyOf(nodes), List.copyOf(edges));
    }
}
