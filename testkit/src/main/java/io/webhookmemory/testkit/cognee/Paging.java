package io.webhookmemory.testkit.cognee;

import io.javalin.http.Context;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The part of a listing that a call requests, as interpreted by Cognee 1.6.1 and later.
 *
 * @param offset number of rows to skip
 * @param limit maximum number of rows
 */
record Paging(int offset, int limit) {
    private static final Range LIMIT = new Range("limit", 100, 1, 1000);
    private static final Range OFFSET = new Range("offset", 0, 0, 1_000_000);

    private record Range(String parameter, int preset, int least, int most) {}

    /** @throws Refusal if a parameter is not a number or out of bounds */
    static Paging of(Context call) {
        List<Map<String, Object>> problems = new ArrayList<>();
        int limit = read(call, LIMIT, problems);
        int offset = read(call, OFFSET, problems);
        if (!problems.isEmpty()) {
            throw Refusal.invalid(problems);
        }
        return new Paging(offset, limit);
    }

    private static int read(Context call, Range range, List<Map<String, Object>> problems) {
        String text = call.queryParam(range.parameter());
        if (text == null) {
            return range.preset();
        }
        if (!text.matches("[+-]?\\d+")) {
            String message = "Input should be a valid integer, unable to parse string as an integer";
            problems.add(problem("int_parsing", range, message, text));
            return range.preset();
        }
        BigInteger number = new BigInteger(text);
        if (number.compareTo(BigInteger.valueOf(range.most())) > 0) {
            String message = "Input should be less than or equal to " + range.most();
            Map<String, Object> problem = problem("less_than_equal", range, message, text);
            problem.put("ctx", Map.of("le", range.most()));
            problems.add(problem);
            return range.preset();
        }
        if (number.compareTo(BigInteger.valueOf(range.least())) < 0) {
            String message = "Input should be greater than or equal to " + range.least();
            Map<String, Object> problem = problem("greater_than_equal", range, message, text);
            problem.put("ctx", Map.of("ge", range.least()));
            problems.add(problem);
            return range.preset();
        }
        return number.intValueExact();
    }

    private static Map<String, Object> problem(String type, Range range, String message, String input) {
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("type", type);
        problem.put("loc", List.of("query", range.parameter()));
        problem.put("msg", message);
        problem.put("input", input);
        return problem;
    }
}
