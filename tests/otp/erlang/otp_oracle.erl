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
-export([main/0, main/1, breathe/0]).

%% More at once would make the machine slow, and waits inexact.
-define(BATCH, 300).

%% No script takes so many ms.
-define(PATIENCE, 60000).

%% So often a script is run that the clock overtakes.
-define(TRIES, 5).

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
        Line when is_binary(Line) -> serve([Line | Lines]);
        {error, _} -> halt(1) % whoever asked is gone
    end.

in_batches([]) -> [];
in_batches(Lines) ->
    {Now, Later} = lists:split(min(?BATCH, length(Lines)), Lines),
    [batch(Now) | in_batches(Later)].

%% All cases of a batch run at the same time: real waits cost nothing. Those that
%% were overtaken by the clock, because the machine was busy, run again, fewer at once.
batch(Lines) ->
    Cases = [otp_json:decode(L) || L <- Lines],
    [[otp_json:encode(Trace), $\n] || Trace <- traces(Cases, ?TRIES)].

traces(Cases, 0) -> [failed(C, <<"the machine is too slow for this script">>) || C <- Cases];
traces([], _) -> [];
traces(Cases, Tries) ->
    Traces = at_once(Cases),
    Slow = [C || {C, slow} <- lists:zip(Cases, Traces)],
    replace_slow(Traces, traces(Slow, Tries - 1)).

replace_slow([slow | Traces], [Again | Others]) -> [Again | replace_slow(Traces, Others)];
replace_slow([Trace | Traces], Others) -> [Trace | replace_slow(Traces, Others)];
replace_slow([], []) -> [].

at_once(Cases) ->
    Self = self(),
    Tags = [begin
                Tag = make_ref(),
                spawn(fun() -> Self ! {Tag, run(C)} end),
                {Tag, C}
            end || C <- Cases],
    Late = erlang:start_timer(?PATIENCE, self(), late),
    Traces = [receive
                  {Tag, Trace} -> Trace;
                  {timeout, Late, late} -> self() ! {timeout, Late, late}, failed(C, <<"it hangs">>)
              end || {Tag, C} <- Tags],
    erlang:cancel_timer(Late),
    receive {timeout, Late, late} -> ok after 0 -> ok end,
    Traces.

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

%% Lets time pass, and each scheduler run what was ready: the machine may have held up one.
breathe() ->
    timer:sleep(4),
    Self = self(),
    Schedulers = lists:seq(1, erlang:system_info(schedulers_online)),
    Refs = [{make_ref(), N} || N <- Schedulers],
    [spawn_opt(fun() -> Self ! Ref end, [{scheduler, N}]) || {Ref, N} <- Refs],
    [receive Ref -> ok end || {Ref, _} <- Refs].

failed(Case, Why) ->
    #{<<"case">> => maps:get(<<"case">>, Case, null), <<"error">> => Why}.
