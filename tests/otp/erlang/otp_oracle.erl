%% Runs scripts on real OTP and answers with canonical traces, one line each.
%% The format of both stands in docs/reliability.md.
%%
%%   erlc *.erl
%%   erl -noshell -run otp_oracle main SCRIPTS.jsonl TRACES.jsonl
%%   erl -noshell -run otp_oracle main       (tells what it runs on, then reads batches
%%                                            from the standard input, each ended by an
%%                                            empty line)
%%
%% Scripts with dynamic supervisors run on Elixir's: set ERL_LIBS to the folder
%% that holds Elixir's applications.
-module(otp_oracle).
-export([main/0, main/1]).

%% More at once would make the machine slow, and waits inexact.
-define(BATCH, 300).

%% No script takes so many ms.
-define(PATIENCE, 60000).

main() ->
    quiet(),
    ok = io:setopts(standard_io, [binary, {encoding, latin1}]),
    ok = file:write(standard_io, [otp_json:encode(about()), $\n]),
    serve([]).

main([In, Out]) ->
    quiet(),
    {ok, Text} = file:read_file(In),
    Lines = [L || L <- binary:split(Text, <<"\n">>, [global]), L =/= <<>>],
    ok = file:write_file(Out, in_batches(Lines)),
    halt(0).

%% What judges.
about() ->
    [application:load(A) || A <- [stdlib, elixir]],
    Version = fun(A) -> case application:get_key(A, vsn) of {ok, V} -> list_to_binary(V); _ -> null end end,
    #{otp => list_to_binary(erlang:system_info(otp_release)), stdlib => Version(stdlib),
      elixir => Version(elixir)}.

quiet() -> ok = logger:set_primary_config(level, none).

serve(Lines) ->
    case io:get_line(standard_io, "") of
        eof -> halt(0);
        <<"\n">> ->
            ok = file:write(standard_io, batch(lists:reverse(Lines))),
            serve([]);
        Line -> serve([Line | Lines])
    end.

in_batches([]) -> [];
in_batches(Lines) ->
    {Now, Later} = lists:split(min(?BATCH, length(Lines)), Lines),
    [batch(Now) | in_batches(Later)].

%% All cases of a batch run at the same time: real waits cost nothing. Those that
%% were overtaken by the clock, because the machine was busy, run again alone.
batch(Lines) ->
    Self = self(),
    Cases = [otp_json:decode(L) || L <- Lines],
    Tags = [begin
                Tag = make_ref(),
                spawn(fun() -> Self ! {Tag, run(C)} end),
                {Tag, C}
            end || C <- Cases],
    Late = erlang:start_timer(?PATIENCE, self(), late),
    First = [{C, receive
                     {Tag, Trace} -> Trace;
                     {timeout, Late, late} -> self() ! {timeout, Late, late}, failed(C, <<"it hangs">>)
                 end} || {Tag, C} <- Tags],
    erlang:cancel_timer(Late),
    receive {timeout, Late, late} -> ok after 0 -> ok end,
    [[otp_json:encode(again(C, Trace, 3)), $\n] || {C, Trace} <- First].

again(Case, slow, 0) -> failed(Case, <<"the machine is too slow for this script">>);
again(Case, slow, Tries) -> again(Case, run(Case), Tries - 1);
again(_, Trace, _) -> Trace.

run(Case) ->
    Module = case Case of
                 #{<<"tree">> := _} -> otp_trees;
                 _ -> otp_processes
             end,
    try Module:run(Case)
    catch
        throw:slow -> slow;
        Class:What:Stack ->
            failed(Case, iolist_to_binary(io_lib:format("~0p", [{Class, What, Stack}])))
    end.

failed(Case, Why) ->
    #{<<"case">> => maps:get(<<"case">>, Case, null), <<"error">> => Why}.
