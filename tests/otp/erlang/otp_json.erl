%% JSON without floats, for scripts and traces: OTP 25 has no codec of its own.
%% Objects are maps with binary keys, written in the order of their keys.
-module(otp_json).
-export([encode/1, decode/1]).

encode(M) when is_map(M) ->
    Pairs = lists:sort([{key(K), V} || {K, V} <- maps:to_list(M)]),
    ["{", lists:join(",", [[text(K), ":", encode(V)] || {K, V} <- Pairs]), "}"];
encode(L) when is_list(L) -> ["[", lists:join(",", [encode(X) || X <- L]), "]"];
encode(N) when is_integer(N) -> integer_to_binary(N);
encode(A) when A =:= true; A =:= false; A =:= null -> atom_to_binary(A);
encode(A) when is_atom(A) -> text(atom_to_binary(A));
encode(B) when is_binary(B) -> text(B).

key(A) when is_atom(A) -> atom_to_binary(A);
key(B) -> B.

text(B) -> [$", [escape(C) || <<C>> <= B], $"].

escape($") -> "\\\"";
escape($\\) -> "\\\\";
escape($\n) -> "\\n";
escape($\t) -> "\\t";
escape(C) -> C.

decode(B) ->
    {V, _} = value(skip(B)),
    V.

value(<<"{", R/binary>>) -> object(skip(R), #{});
value(<<"[", R/binary>>) -> array(skip(R), []);
value(<<$", R/binary>>) -> string(R, <<>>);
value(<<"true", R/binary>>) -> {true, R};
value(<<"false", R/binary>>) -> {false, R};
value(<<"null", R/binary>>) -> {null, R};
value(B) ->
    {match, [{0, L}]} = re:run(B, "^-?[0-9]+"),
    <<N:L/binary, R/binary>> = B,
    {binary_to_integer(N), R}.

object(<<"}", R/binary>>, A) -> {A, R};
object(<<",", R/binary>>, A) -> object(skip(R), A);
object(B, A) ->
    {K, R} = value(B),
    <<":", R2/binary>> = skip(R),
    {V, R3} = value(skip(R2)),
    object(skip(R3), A#{K => V}).

array(<<"]", R/binary>>, A) -> {lists:reverse(A), R};
array(<<",", R/binary>>, A) -> array(skip(R), A);
array(B, A) ->
    {V, R} = value(B),
    array(skip(R), [V | A]).

string(<<$", R/binary>>, A) -> {A, R};
string(<<"\\n", R/binary>>, A) -> string(R, <<A/binary, $\n>>);
string(<<"\\t", R/binary>>, A) -> string(R, <<A/binary, $\t>>);
string(<<$\\, C, R/binary>>, A) -> string(R, <<A/binary, C>>);
string(<<C, R/binary>>, A) -> string(R, <<A/binary, C>>).

skip(<<C, R/binary>>) when C =< 32 -> skip(R);
skip(B) -> B.
