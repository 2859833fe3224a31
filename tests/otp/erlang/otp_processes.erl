%% Processes: servers that do what a script says to each other, by links, monitors,
%% names, exit signals, messages, calls, stops and timers. Told are, for each process,
%% what it did, in order, and what it got from each other one, in order.
-module(otp_processes).
-behaviour(gen_server).
-export([run/1]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, handle_continue/2, terminate/2]).

%% Besides its waits a script must be done in so many ms, or timers fire too early.
-define(SLACK, 2700).

%% So many ms after a deadline it has certainly been noticed.
-define(MARGIN, 300).

%% ---------------------------------------------------------------- a case

run(#{<<"steps">> := Steps} = Case) ->
    Driver = self(),
    Table = ets:new(timers, [public, set]),
    Rec = spawn_link(fun() -> recorder(#{Driver => <<"-">>}, #{}, #{}, [], [], 0) end),
    Ctx = #{rec => Rec, timers => Table, space => integer_to_binary(erlang:unique_integer([positive]))},
    Begin = erlang:monotonic_time(millisecond),
    Trace = [observe(Ctx, S, act(Ctx, S)) || S <- Steps],
    Busy = erlang:monotonic_time(millisecond) - Begin - lists:sum([waits(S) || S <- Steps]),
    end_all(Ctx, ask(Ctx, living)),
    unlink(Rec),
    exit(Rec, kill),
    [throw(slow) || get(overslept) =:= true orelse (Busy > ?SLACK andalso lists:any(fun has_timer/1, Steps))],
    #{<<"case">> => maps:get(<<"case">>, Case, null), <<"trace">> => Trace}.

%% Whoever waited for one that is ended may begin another one.
end_all(_, []) -> ok;
end_all(Ctx, Living) ->
    [exit(P, kill) || {_, P} <- Living],
    timer:sleep(1),
    end_all(Ctx, ask(Ctx, living)).

has_timer(#{<<"op">> := <<"timer">>}) -> true;
has_timer(#{<<"ops">> := Ops}) -> lists:any(fun has_timer/1, Ops);
has_timer(_) -> false.

%% How long a step takes on purpose.
waits(#{<<"op">> := <<"wait">>, <<"ms">> := Ms}) -> Ms;
waits(#{<<"op">> := <<"timer">>}) -> 0;
waits(#{<<"op">> := <<"hold">>, <<"ops">> := Ops}) -> lists:sum([waits(O) || O <- Ops]);
waits(#{<<"ms">> := Ms} = S) -> max(Ms, maps:get(<<"via_ms">>, S, 0)) + ?MARGIN;
waits(#{<<"via_ms">> := Ms}) -> Ms + ?MARGIN;
waits(_) -> 0.

%% Waits for deadlines; who oversleeps cannot say that the others have not.
pause(0) -> ok;
pause(Ms) ->
    Begin = erlang:monotonic_time(millisecond),
    timer:sleep(Ms),
    [put(overslept, true) || erlang:monotonic_time(millisecond) - Begin > Ms + ?MARGIN div 3].

%% ---------------------------------------------------------------- steps

act(_, #{<<"op">> := <<"wait">>, <<"ms">> := Ms}) ->
    timer:sleep(Ms),
    <<"ok">>;
act(Ctx, #{<<"op">> := <<"hold">>, <<"at">> := At, <<"ops">> := Ops}) ->
    case ask(Ctx, {alive, At}) of
        undefined -> <<"noproc">>;
        P ->
            Gate = make_ref(),
            gen_server:cast(P, {hold, Gate}),
            settle(Ctx, none, 0),
            Rets = [begin
                        Ret = act(Ctx, O),
                        settle(Ctx, none, 0),
                        Ret
                    end || O <- Ops],
            P ! Gate,
            iolist_to_binary(lists:join(",", Rets))
    end;
act(Ctx, #{<<"by">> := By} = S) ->
    case ask(Ctx, {alive, By}) of
        undefined -> <<"noproc">>;
        P ->
            gen_server:cast(P, {do, S}),
            pause(waits(S)),
            <<"ok">>
    end;
act(Ctx, #{<<"op">> := <<"spawn">>} = S) -> started(Ctx, start(Ctx, start, S));
act(Ctx, #{<<"op">> := <<"exit">>, <<"to">> := To, <<"reason">> := R}) ->
    case address(Ctx, To) of
        nobody -> <<"unknown">>;
        P -> exit(P, to_reason(R)), <<"ok">>
    end;
act(_, _) -> <<"unsupported">>.

start(Ctx, How, #{<<"as">> := As} = S) ->
    Args = {Ctx, As, S},
    Options = case S of #{<<"ms">> := Ms} -> [{timeout, Ms}]; _ -> [] end,
    case {How, S} of
        {start, #{<<"name">> := N}} -> gen_server:start({local, name(Ctx, N)}, ?MODULE, Args, Options);
        {link, #{<<"name">> := N}} -> gen_server:start_link({local, name(Ctx, N)}, ?MODULE, Args, Options);
        {monitor, #{<<"name">> := N}} -> gen_server:start_monitor({local, name(Ctx, N)}, ?MODULE, Args, Options);
        {start, _} -> gen_server:start(?MODULE, Args, Options);
        {link, _} -> gen_server:start_link(?MODULE, Args, Options);
        {monitor, _} -> gen_server:start_monitor(?MODULE, Args, Options)
    end.

started(_, {ok, _}) -> <<"started">>;
started(_, ignore) -> <<"ignored">>;
started(_, {error, timeout}) -> <<"timeout">>;
started(Ctx, {error, {already_started, P}}) -> <<"already_started ", (label(Ctx, P))/binary>>;
started(_, {error, R}) -> <<"failed ", (reason(R))/binary>>.

%% ---------------------------------------------------------------- a process

init({Ctx, Me, S}) ->
    process_flag(trap_exit, maps:get(<<"trap">>, S, false)),
    ask(Ctx, {init, Me}),
    State = #{ctx => Ctx, me => Me, refs => #{}, kept => #{}},
    Reason = to_reason(maps:get(<<"reason">>, S, <<"normal">>)),
    case maps:get(<<"init">>, S, <<"ok">>) of
        <<"ok">> -> {ok, State};
        <<"ignore">> -> ignore;
        <<"stop">> -> {stop, Reason};
        <<"panic">> -> error(init_panic);
        <<"brief">> -> {ok, State, {continue, {brief, Reason}}};
        <<"hang">> -> timer:sleep(infinity)
    end.

handle_continue({brief, Reason}, State) -> {stop, Reason, State}.

handle_call({call, From, What, S}, Caller, State) ->
    got(State, From, [<<"call">>, What]),
    case What of
        <<"reply">> -> {reply, maps:get(<<"n">>, S), State};
        <<"stop">> -> {stop, to_reason(maps:get(<<"reason">>, S)), State};
        <<"stop_reply">> -> {stop, to_reason(maps:get(<<"reason">>, S)), maps:get(<<"n">>, S), State};
        <<"panic">> -> error(call_panic);
        <<"keep">> ->
            #{kept := Kept} = State,
            {noreply, State#{kept := Kept#{maps:get(<<"key">>, S) => Caller}}};
        <<"forward">> ->
            Inner = #{<<"to">> => maps:get(<<"via">>, S), <<"what">> => <<"reply">>, <<"n">> => maps:get(<<"n">>, S)},
            Told = case S of
                       #{<<"via_ms">> := Ms} -> call(State, Inner#{<<"ms">> => Ms});
                       _ -> call(State, Inner)
                   end,
            did(State, <<"forward">>, Told),
            {reply, case Told of <<"reply ", N/binary>> -> binary_to_integer(N); _ -> 0 end, State}
    end.

handle_cast({hold, Gate}, State) ->
    receive Gate -> {noreply, State} end;
handle_cast({cast, From, N}, State) ->
    got(State, From, [<<"cast">>, N]),
    {noreply, State};
handle_cast({do, #{<<"op">> := <<"return">>, <<"reason">> := R}}, State) -> {stop, to_reason(R), State};
handle_cast({do, #{<<"op">> := <<"panic">>}}, _) -> error(cast_panic);
handle_cast({do, #{<<"op">> := Op} = S}, State) ->
    {Told, State2} = case perform(Op, S, State) of
                         {_, _} = Both -> Both;
                         Only -> {Only, State}
                     end,
    did(State2, Op, Told),
    {noreply, State2}.

handle_info({'EXIT', P, R}, #{ctx := Ctx} = State) ->
    got(State, label(Ctx, P), [<<"exit">>, reason(R)]),
    {noreply, State};
handle_info({'DOWN', Ref, process, Object, R}, #{ctx := Ctx, refs := Refs} = State) ->
    {Name, Sender} = maps:get(Ref, Refs, {<<"?">>, <<"?">>}),
    Told = case Object of
               {Registered, _} -> [spoken(Ctx, Registered), reason(R), holder(Ctx, Registered)];
               P -> [label(Ctx, P), reason(R)]
           end,
    got(State, Sender, [<<"down">>, Name | Told]),
    {noreply, State};
handle_info({info, From, N}, State) ->
    got(State, From, [<<"info">>, N]),
    {noreply, State};
handle_info(_, State) ->
    got(State, <<"?">>, [<<"junk">>]),
    {noreply, State}.

terminate(R, #{ctx := Ctx, me := Me}) -> ask(Ctx, {event, Me, [<<"terminate">>, reason(R)]}).

did(#{ctx := Ctx, me := Me}, Op, Told) -> ask(Ctx, {event, Me, [<<"did">>, Op, Told]}).

got(#{ctx := Ctx, me := Me}, From, What) -> ask(Ctx, {event, <<Me/binary, "<", From/binary>>, What}).

%% ---------------------------------------------------------------- deeds

perform(<<"spawn">>, S, #{ctx := Ctx, refs := Refs} = State) ->
    How = word(maps:get(<<"how">>, S, <<"start">>)),
    case start(Ctx, How, S) of
        {ok, {P, Ref}} -> {<<"started">>, State#{refs := Refs#{Ref => {maps:get(<<"ref">>, S), label(Ctx, P)}}}};
        Other -> started(Ctx, Other)
    end;
perform(<<"link">>, S, State) -> to_pid(S, State, fun(P) -> try link(P), <<"ok">> catch error:noproc -> <<"noproc">> end end);
perform(<<"unlink">>, S, State) -> to_pid(S, State, fun(P) -> unlink(P), <<"ok">> end);
perform(<<"exit">>, S, State) -> to_pid(S, State, fun(P) -> exit(P, to_reason(maps:get(<<"reason">>, S))), <<"ok">> end);
perform(<<"monitor">>, #{<<"ref">> := Name} = S, #{ctx := Ctx, refs := Refs} = State) ->
    case target(S, State) of
        nobody -> <<"unknown">>;
        T ->
            Sender = case T of
                         P when is_pid(P) -> label(Ctx, P);
                         _ -> case whereis(T) of undefined -> maps:get(<<"to">>, S); P -> label(Ctx, P) end
                     end,
            {<<"ok">>, State#{refs := Refs#{monitor(process, T) => {Name, Sender}}}}
    end;
perform(<<"demonitor">>, #{<<"ref">> := Name} = S, #{refs := Refs}) ->
    Options = case S of #{<<"flush">> := true} -> [flush]; _ -> [] end,
    case [R || {R, {N, _}} <- maps:to_list(Refs), N =:= Name] of
        [Ref] -> demonitor(Ref, Options), <<"ok">>;
        [] -> <<"unknown">>
    end;
perform(<<"cast">>, #{<<"n">> := N} = S, #{me := Me} = State) ->
    to_target(S, State, fun(T) -> gen_server:cast(T, {cast, Me, N}) end);
perform(<<"send">>, #{<<"n">> := N} = S, #{me := Me} = State) ->
    to_pid(S, State, fun(P) -> P ! {info, Me, N}, <<"ok">> end);
perform(<<"call">>, S, State) -> call(State, S);
perform(<<"reply">>, #{<<"key">> := Key, <<"n">> := N}, #{kept := Kept} = State) ->
    case Kept of
        #{Key := Caller} ->
            gen_server:reply(Caller, N),
            {<<"ok">>, State#{kept := maps:remove(Key, Kept)}};
        _ -> <<"unknown">>
    end;
perform(<<"stop">>, #{<<"reason">> := R} = S, State) ->
    Limit = maps:get(<<"ms">>, S, infinity),
    to_target(S, State, fun(T) -> asked(catch gen_server:stop(T, to_reason(R), Limit)) end);
perform(<<"trap">>, #{<<"on">> := On}, _) -> atom_to_binary(process_flag(trap_exit, On));
perform(<<"whereis">>, #{<<"name">> := N}, #{ctx := Ctx}) -> holder(Ctx, name(Ctx, N));
perform(<<"timer">>, #{<<"ref">> := Name, <<"ms">> := Ms, <<"n">> := N} = S, #{ctx := Ctx} = State) ->
    to_target(S, State, fun(T) ->
                                Ref = erlang:send_after(Ms, T, {info, Name, N}),
                                ets:insert(maps:get(timers, Ctx), {Name, Ref}),
                                ok
                        end);
perform(<<"cancel">>, S, State) -> timer_left(S, State, fun erlang:cancel_timer/1);
perform(<<"read">>, S, State) -> timer_left(S, State, fun erlang:read_timer/1);
perform(_, _, _) -> <<"unsupported">>.

call(#{me := Me} = State, #{<<"what">> := What} = S) ->
    Limit = maps:get(<<"ms">>, S, infinity),
    to_target(S, State, fun(T) ->
                                case catch gen_server:call(T, {call, Me, What, S}, Limit) of
                                    N when is_integer(N) -> <<"reply ", (integer_to_binary(N))/binary>>;
                                    Failed -> asked(Failed)
                                end
                        end).

asked(ok) -> <<"ok">>;
asked({'EXIT', {timeout, _}}) -> <<"timeout">>;
asked({'EXIT', timeout}) -> <<"timeout">>;
asked({'EXIT', {calling_self, _}}) -> <<"calling_self">>;
asked({'EXIT', calling_self}) -> <<"calling_self">>;
asked({'EXIT', {R, {gen_server, _, _}}}) -> <<"exit ", (reason(R))/binary>>;
asked({'EXIT', {R, {sys, _, _}}}) -> <<"exit ", (reason(R))/binary>>;
asked({'EXIT', R}) -> <<"exit ", (reason(R))/binary>>.

timer_left(#{<<"ref">> := Name}, #{ctx := #{timers := Table}}, Fun) ->
    case ets:lookup(Table, Name) of
        [{_, Ref}] -> case Fun(Ref) of false -> <<"none">>; _ -> <<"left">> end;
        [] -> <<"unknown">>
    end.

to_pid(#{<<"to">> := To}, #{ctx := Ctx}, Fun) ->
    case address(Ctx, To) of
        P when is_pid(P) -> Fun(P);
        _ -> <<"unknown">>
    end.

to_target(S, State, Fun) ->
    case target(S, State) of
        nobody -> <<"unknown">>;
        T -> case Fun(T) of ok -> <<"ok">>; Told -> Told end
    end.

target(#{<<"to">> := <<"@", _/binary>> = N}, #{ctx := Ctx}) -> name(Ctx, N);
target(#{<<"to">> := To}, #{ctx := Ctx}) -> address(Ctx, To).

address(Ctx, Label) ->
    case ask(Ctx, {known, Label}) of
        undefined -> nobody;
        P -> P
    end.

%% Many cases run at once, each with names of its own.
name(#{space := Space}, Name) -> binary_to_atom(<<Space/binary, Name/binary>>).

spoken(_, Registered) ->
    [_, Name] = binary:split(atom_to_binary(Registered), <<"@">>),
    <<"@", Name/binary>>.

holder(Ctx, Registered) ->
    case whereis(Registered) of
        undefined -> <<"none">>;
        P -> label(Ctx, P)
    end.

label(Ctx, P) -> ask(Ctx, {label, P}).

%% ---------------------------------------------------------------- what is told

observe(Ctx, S, Ret) ->
    settle(Ctx, none, 0),
    {Events, Ends} = ask(Ctx, take),
    Lists = lists:foldl(fun({Key, What}, A) -> maps:update_with(Key, fun(L) -> L ++ [What] end, [What], A) end,
                        #{}, Events),
    Alive = ask(Ctx, living),
    Names = [{spoken(Ctx, N), L} || {L, P} <- Alive, {registered_name, N} <- [process_info(P, registered_name)]],
    #{<<"step">> => S, <<"ret">> => Ret, <<"events">> => Lists, <<"ends">> => lists:sort(Ends),
      <<"alive">> => lists:sort([L || {L, _} <- Alive]), <<"names">> => maps:from_list(Names)}.

%% Waits until nothing moves any more; some may wait for a reply, or be held, for ever.
settle(_, _, 4) -> ok;
settle(Ctx, Before, N) ->
    otp_oracle:breathe(),
    Living = ask(Ctx, living),
    Infos = [process_info(P, [message_queue_len, status]) || {_, P} <- Living],
    Idle = lists:all(fun([_, {status, S}]) -> S =:= waiting; (_) -> false end, Infos),
    case {ask(Ctx, count), Infos} of
        Before when Idle -> settle(Ctx, Before, N + 1);
        Now -> settle(Ctx, Now, 0)
    end.

%% ---------------------------------------------------------------- the recorder

%% Labels: Pid => label, of all that ever were. Known: label => Pid, the last one.
recorder(Labels, Known, Mons, Events, Ends, Count) ->
    receive
        {ask, F, R, {init, Me}} ->
            M = monitor(process, F),
            F ! {R, ok},
            recorder(Labels#{F => Me}, Known#{Me => F}, Mons#{M => {Me, F}}, [{Me, [<<"init">>]} | Events], Ends, Count + 1);
        {ask, F, R, {event, Key, What}} ->
            F ! {R, ok},
            recorder(Labels, Known, Mons, [{Key, What} | Events], Ends, Count + 1);
        {ask, F, R, take} ->
            F ! {R, {lists:reverse(Events), Ends}},
            recorder(Labels, Known, Mons, [], [], Count);
        {ask, F, R, Question} ->
            F ! {R, case Question of
                        count -> Count;
                        living -> maps:values(Mons);
                        {alive, L} -> proplists:get_value(L, maps:values(Mons));
                        {known, L} -> maps:get(L, Known, undefined);
                        {label, P} -> maps:get(P, Labels, <<"?">>)
                    end},
            recorder(Labels, Known, Mons, Events, Ends, Count);
        {'DOWN', M, _, _, Why} ->
            #{M := {Me, _}} = Mons,
            recorder(Labels, Known, maps:remove(M, Mons), Events, [[Me, reason(Why)] | Ends], Count + 1)
    end.

ask(#{rec := Rec}, Question) ->
    R = make_ref(),
    Rec ! {ask, self(), R, Question},
    receive {R, X} -> X end.

%% ---------------------------------------------------------------- words

reason(normal) -> <<"normal">>;
reason(shutdown) -> <<"shutdown">>;
reason({shutdown, _}) -> <<"shutdown_tagged">>;
reason(kill) -> <<"kill">>;
reason(killed) -> <<"killed">>;
reason(noproc) -> <<"noproc">>;
reason(_) -> <<"error">>.

to_reason(<<"tagged">>) -> {shutdown, x};
to_reason(B) -> word(B).

word(B) -> binary_to_atom(B).
